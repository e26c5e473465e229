package dev.gatehouse.proxy;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Texts that have not been used before: owners of leases, generations. */
final class Tokens {
  private static final int OCTETS = 8;

  private final SecureRandom random = new SecureRandom();

  String next() {
    byte[] octets = new byte[OCTETS];
    random.nextBytes(octets);
    return HexFormat.of().formatHex(octets);
  }
}
