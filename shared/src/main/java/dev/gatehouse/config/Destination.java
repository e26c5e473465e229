package dev.gatehouse.config;

import java.util.List;

/** Where the requests of a route go. */
public sealed interface Destination {
  /**
   * To services.
   *
   * @param shares one or more, in the order of the file, the weights' sum above zero
   * @param rewrite {@link Rewrite#NONE} unless set
   */
  record Services(List<Share> shares, Rewrite rewrite) implements Destination {
    public Services {
      shares = List.copyOf(shares);
    }
  }

  /**
   * Back to the client, with another address.
   *
   * @param status 301, 302, 307 or 308
   * @param target an https URL without query, or a canonical path on this gateway
   * @param rest whether what follows {@code strip} is put behind the target
   * @param strip a literal beginning of the route's match; empty for nothing
   * @param query whether the request's query is put behind it as well
   */
  record Redirect(int status, String target, boolean rest, String strip, boolean query)
      implements Destination {}

  /** A service's part of the callers. */
  record Share(String service, int weight) {}

  /** All requests, as they are, to one service. */
  static Destination service(String name) {
    return new Services(List.of(new Share(name, 1)), Rewrite.NONE);
  }

  /** The names of the services that get callers, in the order of the file. */
  default List<String> names() {
    return switch (this) {
      case Services(List<Share> shares, Rewrite _) ->
          shares.stream().filter(share -> share.weight() > 0).map(Share::service).toList();
      case Redirect _ -> List.of();
    };
  }
}
