package dev.gatehouse.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.authorizer.KeySetLinter.Linted;
import dev.gatehouse.authorizer.KeySetLinter.Visibility;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class RocaTest {
  @Test
  void aModulusOfTheVulnerableLibraryIsMarked() {
    assertThat(Roca.marks(vulnerable())).isTrue();
  }

  @Test
  void anotherModulusIsNotMarked() {
    assertThat(Roca.marks(World.RSA.getModulus().decodeToBigInteger())).isFalse();
    assertThat(Roca.marks(vulnerable().add(BigInteger.TWO))).isFalse();
  }

  @Test
  void aMarkedKeyIsLeftOut() {
    assertThat(lint(vulnerable())).isInstanceOf(Linted.Unusable.class);
    assertThat(lint(vulnerable().add(BigInteger.TWO))).isInstanceOf(Linted.Usable.class);
  }

  /** Odd, of 2048 bits, and a power of 65537 modulo the product of all primes below 168. */
  private static BigInteger vulnerable() {
    BigInteger product = BigInteger.ONE;
    for (int prime = 3; prime < 168; prime += 2) {
      if (BigInteger.valueOf(prime).isProbablePrime(50)) {
        product = product.multiply(BigInteger.valueOf(prime));
      }
    }
    BigInteger residue = BigInteger.valueOf(65_537).pow(5).mod(product);
    BigInteger step = product.shiftLeft(1);
    BigInteger odd = residue.testBit(0) ? residue : residue.add(product);
    return odd.add(step.multiply(BigInteger.ONE.shiftLeft(2047).divide(step).add(BigInteger.ONE)));
  }

  private static Linted lint(BigInteger modulus) {
    byte[] signed = modulus.toByteArray();
    byte[] octets = Arrays.copyOfRange(signed, 1, signed.length);
    return KeySetLinter.lint(
        "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"x\",\"e\":\"AQAB\",\"n\":\""
            + Base64.getUrlEncoder().withoutPadding().encodeToString(octets)
            + "\"}]}",
        Visibility.PUBLIC);
  }
}
