package dev.gatehouse.localstack.store;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority of one run, whose key never leaves memory: it signs the certificates of
 * the run's TLS servers, and every function's machine trusts it beside the public ones.
 */
public final class CertificateAuthority {
  /** The password of every JDK's own trust store; there is nothing secret in one. */
  public static final String TRUST_STORE_PASSWORD = "changeit";

  private static final X500Name NAME = new X500Name("CN=Gatehouse local run");
  private static final Duration VALIDITY = Duration.ofDays(30);

  private final SecureRandom random;
  private final KeyPair keys;
  private final X509Certificate certificate;
  private final Instant now;

  /** A fresh authority. */
  public CertificateAuthority(SecureRandom random, Instant now) {
    this.random = random;
    this.now = now;
    this.keys = keys();
    this.certificate = sign(NAME, keys.getPublic(), new BasicConstraints(0), null);
  }

  /**
   * Writes {@code NAME.crt} and {@code NAME.key} (PEM) for a server on this machine: localhost and
   * 127.0.0.1.
   */
  public void writeServer(Path folder, String name) throws IOException {
    KeyPair server = keys();
    GeneralNames names =
        new GeneralNames(
            new GeneralName[] {
              new GeneralName(GeneralName.dNSName, "localhost"),
              new GeneralName(GeneralName.iPAddress, "127.0.0.1")
            });
    X509Certificate signed =
        sign(new X500Name("CN=localhost"), server.getPublic(), new BasicConstraints(false), names);
    try {
      Files.writeString(folder.resolve(name + ".crt"), pem("CERTIFICATE", signed.getEncoded()));
      PrivateKey key = server.getPrivate();
      Files.writeString(folder.resolve(name + ".key"), pem("PRIVATE KEY", key.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** Writes the authority's own certificate (PEM). */
  public void write(Path file) throws IOException {
    try {
      Files.writeString(file, pem("CERTIFICATE", certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** Writes a trust store of this machine's public authorities and this one. */
  public void writeTrustStore(Path file) throws IOException {
    try {
      KeyStore trust = KeyStore.getInstance("JKS");
      Path machine = Path.of(System.getProperty("java.home"), "lib", "security", "cacerts");
      trust.load(Files.newInputStream(machine), null);
      trust.setCertificateEntry("gatehouse-local-run", certificate);
      try (OutputStream output = Files.newOutputStream(file)) {
        trust.store(output, TRUST_STORE_PASSWORD.toCharArray());
      }
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** For clients of the run that trust nobody else. */
  public SSLContext trusting() {
    try {
      KeyStore trust = KeyStore.getInstance("PKCS12");
      trust.load(null, null);
      trust.setCertificateEntry("gatehouse-local-run", certificate);
      TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
      trustManagers.init(trust);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trustManagers.getTrustManagers(), random);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private X509Certificate sign(
      X500Name subject,
      PublicKey key,
      BasicConstraints constraints,
      @org.jspecify.annotations.Nullable GeneralNames names) {
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              NAME,
              new BigInteger(64, random).add(BigInteger.ONE),
              Date.from(now.minus(Duration.ofHours(1))),
              Date.from(now.plus(VALIDITY)),
              subject,
              key);
      builder.addExtension(Extension.basicConstraints, true, constraints);
      if (names != null) {
        builder.addExtension(Extension.subjectAlternativeName, false, names);
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String type, byte[] encoded) {
    Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, lines.encodeToString(encoded), type);
  }
}
