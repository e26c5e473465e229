package dev.gatehouse.telemetry;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The trace that a request belongs to, in X-Ray's and in the W3C's spelling.
 *
 * @param xray the X-Amzn-Trace-Id field as API Gateway handed it over, empty when absent
 * @param traceId X-Ray's root, {@code 1-67e5…-…}, which stands in every error and log line
 * @param traceparent the W3C field for the back end (https://www.w3.org/TR/trace-context/): the
 *     client's trace id where it sent a valid one, otherwise X-Ray's, and a new parent id
 */
public record TraceContext(String xray, String traceId, String traceparent) {
  /** Octets of a trace's and of a parent's id, which are written in hexadecimal. */
  private static final int ID = 16;

  private static final int PARENT = 8;

  private static final Pattern ROOT = Pattern.compile("Root=(1-([0-9a-f]{8})-([0-9a-f]{24}))");
  private static final Pattern TRACEPARENT =
      Pattern.compile("00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})");

  /**
   * Continues the trace of a request, or begins one.
   *
   * @param xrayField the X-Amzn-Trace-Id field
   * @param w3c the client's traceparent field
   */
  public static TraceContext of(
      Optional<String> xrayField, Optional<String> w3c, SecureRandom random) {
    String xray = xrayField.orElse("");
    Matcher root = ROOT.matcher(xray);
    boolean rooted = root.find();
    String drawn = hex(random, rooted ? PARENT : PARENT + ID);
    String own = rooted ? root.group(2) + root.group(3) : drawn.substring(2 * PARENT);
    String traceId = rooted ? root.group(1) : "1-" + own.substring(0, 8) + "-" + own.substring(8);
    String sampled = xray.contains("Sampled=0") ? "00" : "01";
    String parent = drawn.substring(0, 2 * PARENT);
    Optional<Matcher> client = w3c.map(TRACEPARENT::matcher).filter(Matcher::matches);
    String traceparent =
        client
            .map(sent -> "00-" + sent.group(1) + "-" + parent + "-" + sent.group(2))
            .orElse("00-" + own + "-" + parent + "-" + sampled);
    return new TraceContext(xray, traceId, traceparent);
  }

  private static String hex(SecureRandom random, int octets) {
    byte[] bytes = new byte[octets];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
