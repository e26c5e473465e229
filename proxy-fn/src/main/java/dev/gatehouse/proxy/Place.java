package dev.gatehouse.proxy;

import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * One address behind one name: what makes an instance the same one in every environment.
 *
 * @param address empty while the name leads nowhere
 */
record Place(URI base, Optional<InetAddress> address) {
  /** Every address behind every name. */
  static List<Place> behind(Collection<URI> bases, Names names) {
    List<Place> places = new ArrayList<>(bases.size());
    for (URI base : bases) {
      List<InetAddress> addresses = names.addresses(base.getHost());
      if (addresses.isEmpty()) {
        places.add(new Place(base, Optional.empty()));
      }
      addresses.forEach(address -> places.add(new Place(base, Optional.of(address))));
    }
    return places;
  }

  /** The base address, a space, the address or {@code -}. */
  String text() {
    return base + " " + address.map(InetAddress::getHostAddress).orElse("-");
  }
}
