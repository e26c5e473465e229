package dev.gatehouse.queue;

import dev.gatehouse.identity.Principal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * Who holds a place: a subject of an issuer, or a visitor without a name, known by a cookie; only
 * as a digest of 96 bits, which tells nobody who it is and takes little room.
 */
public record Holder(String key) {
  private static final int OCTETS = 12;

  /** A signed-in caller. */
  public static Holder of(Principal caller) {
    return new Holder(digest("subject", caller.issuer(), caller.subject()));
  }

  /** Whoever has this cookie. */
  public static Holder visitor(String cookie) {
    return new Holder(digest("visitor", cookie));
  }

  private static String digest(String... parts) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (String part : parts) {
        byte[] octets = part.getBytes(StandardCharsets.UTF_8);
        sha.update(Integer.toString(octets.length).getBytes(StandardCharsets.US_ASCII));
        sha.update((byte) ':');
        sha.update(octets);
      }
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Arrays.copyOf(sha.digest(), OCTETS));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 (expected: in every JDK)", e);
    }
  }
}
