package dev.gatehouse.ratelimit;

import dev.gatehouse.config.Limit;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * The Redis key of a limit for a caller: {@code {u:hash}l:name}, with {@code :hash} of the further
 * facts behind it where a limit counts by several.
 *
 * <p>The part in braces is the hash tag, the caller's: all limits of one user are in one slot and
 * are decided by one script call. Facts are hashed (SHA-256, 96 bits), so keys are short, of one
 * length, and show nobody. A fact that names a caller and is absent (no user, key, header or claim)
 * counts by the client's address instead: nobody is unlimited, and strangers share no bucket.
 *
 * @param tag the hash tag, braces included
 */
record LimitKey(String tag, String key) {
  private static final int HASH_BYTES = 12;

  /** The bytes of an IPv6 address that one subscriber has no choice of (RFC 6177). */
  private static final int IPV6_NETWORK_BYTES = 8;

  /** A fact's kind, its values, and how much it says who calls: the least is the tag. */
  private record Part(char kind, int rank, List<String> values) {}

  static LimitKey of(Limit limit, Caller caller) {
    List<Part> parts = new ArrayList<>();
    limit.by().forEach(key -> parts.add(part(key, caller)));
    parts.sort(Comparator.comparingInt(Part::rank));
    String tag = "{" + parts.getFirst().kind() + ":" + hash(parts.subList(0, 1)) + "}";
    String rest = parts.size() > 1 ? ":" + hash(parts.subList(1, parts.size())) : "";
    return new LimitKey(tag, tag + "l:" + limit.name() + rest);
  }

  /** The hash tag of a key. */
  static String tag(String key) {
    return key.substring(0, key.indexOf('}') + 1);
  }

  private static Part part(Limit.Key key, Caller caller) {
    return switch (key) {
      case Limit.Key.Fact fact ->
          switch (fact) {
            case USER -> user(caller);
            case API_KEY ->
                caller
                    .apiKey()
                    .map(id -> new Part('k', 1, List.of(id)))
                    .orElseGet(() -> address(caller));
            case IP -> address(caller);
            case ROUTE -> new Part('r', 5, List.of(caller.route()));
            case TIER -> new Part('t', 6, caller.tier().stream().toList());
          };
      case Limit.Key.Claim(String name) ->
          caller
              .claim()
              .apply(name)
              .map(value -> new Part('c', 3, List.of(name, value)))
              .orElseGet(() -> address(caller));
      case Limit.Key.Header(String name) ->
          caller
              .header()
              .apply(name)
              .map(value -> new Part('h', 4, List.of(name, value)))
              .orElseGet(() -> address(caller));
    };
  }

  private static Part user(Caller caller) {
    return caller
        .user()
        .map(user -> new Part('u', 0, List.of(user.issuer(), user.subject())))
        .orElseGet(() -> address(caller));
  }

  private static Part address(Caller caller) {
    return new Part('i', 2, List.of(network(caller.address())));
  }

  /** An IPv6 address by its /64, an IPv4 address in its one spelling; any other text as it is. */
  private static String network(String address) {
    try {
      InetAddress parsed = InetAddress.ofLiteral(address);
      return parsed instanceof Inet6Address
          ? HexFormat.of().formatHex(parsed.getAddress(), 0, IPV6_NETWORK_BYTES)
          : parsed.getHostAddress();
    } catch (IllegalArgumentException e) {
      return address;
    }
  }

  /** Every text is preceded by its length, so no two lists of facts are written alike. */
  private static String hash(List<Part> parts) {
    MessageDigest digest = sha256();
    for (Part part : parts) {
      digest.update((byte) part.kind());
      for (String value : part.values()) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
      }
    }
    byte[] hash = Arrays.copyOf(digest.digest(), HASH_BYTES);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 (expected: in every JDK)", e);
    }
  }
}
