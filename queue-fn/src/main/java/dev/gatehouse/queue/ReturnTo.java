package dev.gatehouse.queue;

import dev.gatehouse.config.Cors;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;

/**
 * Where the waiting room may send someone: a path of this gateway, or a page of an origin that
 * gateway.yaml names for CORS; anything else counts as nothing.
 */
final class ReturnTo {
  private static final int LONGEST = 1_000;

  private final List<String> origins;

  ReturnTo(Optional<Cors> cors) {
    this.origins = cors.map(Cors::origins).orElse(List.of());
  }

  Optional<String> of(Optional<String> asked) {
    return asked.filter(ReturnTo::plain).filter(this::allowed);
  }

  /**
   * The address with the pass for it: in the fragment, which no server sees, where it is another
   * origin's; pages of this gateway have the cookie.
   */
  static String withPass(String address, String pass) {
    return address.startsWith("/")
        ? address
        : address + (address.contains("#") ? "&" : "#") + "reservation_token=" + pass;
  }

  private boolean allowed(String text) {
    if (text.startsWith("/")) {
      return !text.startsWith("//");
    }
    try {
      URI uri = new URI(text);
      boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      return web && uri.getRawUserInfo() == null && origins.contains(origin(uri));
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static String origin(URI uri) {
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }

  /** Visible ASCII without the backslash, which browsers read as a slash. */
  private static boolean plain(String text) {
    return text.length() <= LONGEST
        && text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '\\' && c != '"' && c != '<');
  }
}
