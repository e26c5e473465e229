package dev.gatehouse.authorizer;

import java.math.BigInteger;
import java.util.BitSet;
import java.util.List;

/**
 * The mark of RSA keys made by Infineon's library, which can be factored (CVE-2017-15361).
 *
 * <p>Their primes are k*M + (65537^a mod M) with M a product of small primes, so the modulus is a
 * power of 65537 modulo each of them. For another modulus this holds with a probability below 2^-27
 * (Nemec et al., The Return of Coppersmith's Attack, CCS 2017, section 3).
 */
final class Roca {
  private static final BigInteger GENERATOR = BigInteger.valueOf(65_537);
  private static final List<Integer> PRIMES =
      List.of(11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157);

  private Roca() {}

  static boolean marks(BigInteger modulus) {
    return PRIMES.stream().allMatch(prime -> isPower(modulus, prime));
  }

  private static boolean isPower(BigInteger modulus, int prime) {
    int step = GENERATOR.mod(BigInteger.valueOf(prime)).intValue();
    BitSet powers = new BitSet(prime);
    for (int power = 1; !powers.get(power); power = power * step % prime) {
      powers.set(power);
    }
    return powers.get(modulus.mod(BigInteger.valueOf(prime)).intValue());
  }
}
