package dev.gatehouse.localstack.api;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * {@code X-Amzn-Trace-Id}. Source: X-Ray Developer Guide, "Tracing header": {@code
 * Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1}.
 *
 * @param root kept from the client where it is well formed
 * @param parent the client's segment; replaced by one of API Gateway's where there is none
 * @param sampled the client's decision, otherwise the stage's
 */
public record TraceHeader(String root, String parent, boolean sampled) {

  static final String NAME = "X-Amzn-Trace-Id";

  private static final Pattern ROOT = Pattern.compile("1-[0-9a-f]{8}-[0-9a-f]{24}");
  private static final Pattern PARENT = Pattern.compile("[0-9a-f]{16}");
  private static final SecureRandom RANDOM = new SecureRandom();

  /**
   * @param received what the client sent; empty if nothing
   * @param traced whether the stage traces (TracingEnabled)
   */
  public static TraceHeader of(String received, boolean traced, Instant now) {
    var root = "";
    var parent = "";
    boolean sampled = traced;
    for (var field : received.split(";", -1)) {
      var part = field.strip();
      if (part.startsWith("Root=") && ROOT.matcher(part.substring(5)).matches()) {
        root = part.substring(5);
      } else if (part.startsWith("Parent=") && PARENT.matcher(part.substring(7)).matches()) {
        parent = part.substring(7);
      } else if (part.equals("Sampled=0")) {
        sampled = false;
      } else if (part.equals("Sampled=1")) {
        sampled = true;
      }
    }
    if (root.isEmpty()) {
      root = "1-%08x-%s".formatted(now.getEpochSecond(), hex(12));
    }
    return new TraceHeader(root, parent.isEmpty() ? hex(8) : parent, sampled);
  }

  /** The header's value. */
  public String value() {
    return "Root=" + root + ";Parent=" + parent + ";Sampled=" + (sampled ? "1" : "0");
  }

  private static String hex(int bytes) {
    var random = new byte[bytes];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
