package dev.gatehouse.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate for loopback that nobody has heard of, made once per JVM with the JDK's keytool.
 *
 * @param store with its key
 * @param trust without
 */
public record LoopbackCertificate(
    KeyStore store, KeyStore trust, Path certificateFile, Path keyFile) {
  private static final String PASSWORD = "changeit";

  public static LoopbackCertificate get() {
    return Holder.CERTIFICATE;
  }

  /** A server's side of TLS with this certificate. */
  public SSLContext server() throws GeneralSecurityException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  /** The side of a client that trusts nothing else. */
  public SSLContext client() throws GeneralSecurityException {
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(trust);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trusted.getTrustManagers(), null);
    return context;
  }

  private static LoopbackCertificate make() throws IOException, GeneralSecurityException {
    Path folder = Files.createTempDirectory("loopback-certificate");
    Path store = folder.resolve("store.p12");
    keytool(store);
    KeyStore made = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    Key key = made.getKey("redis", PASSWORD.toCharArray());
    Path certificateFile = folder.resolve("certificate.pem");
    Path keyFile = folder.resolve("key.pem");
    pem(certificateFile, "CERTIFICATE", made.getCertificate("redis").getEncoded());
    pem(keyFile, "PRIVATE KEY", key.getEncoded());
    folder.toFile().deleteOnExit();
    for (Path file : new Path[] {store, certificateFile, keyFile}) {
      file.toFile().deleteOnExit();
    }
    KeyStore trust = KeyStore.getInstance(KeyStore.getDefaultType());
    trust.load(null, null);
    trust.setCertificateEntry("redis", made.getCertificate("redis"));
    return new LoopbackCertificate(made, trust, certificateFile, keyFile);
  }

  private static void keytool(Path store) throws IOException {
    String options =
        "-genkeypair -alias redis -keyalg EC -groupname secp256r1 -dname CN=localhost"
            + " -ext san=dns:localhost,ip:127.0.0.1 -storetype PKCS12 -validity 30 -storepass "
            + PASSWORD;
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(options.split(" ")));
    command.addAll(List.of("-keystore", store.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.onExit().join();
  }

  private static void pem(Path file, String what, byte[] bytes) throws IOException {
    String text =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes);
    Files.writeString(
        file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
  }

  private static final class Holder {
    static final LoopbackCertificate CERTIFICATE = certificate();

    private static LoopbackCertificate certificate() {
      try {
        return make();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
