package dev.gatehouse.telemetry;

import com.amazonaws.xray.AWSXRay;
import com.amazonaws.xray.AWSXRayRecorderBuilder;
import com.amazonaws.xray.entities.Subsegment;
import com.amazonaws.xray.strategy.IgnoreErrorContextMissingStrategy;

/**
 * X-Ray subsegments around what a request waits for.
 *
 * <p>The segment is Lambda's own; where the trace is not sampled the recorder makes no subsegment.
 */
public final class Tracing {
  private Tracing() {}

  /** Makes the recorder, once per environment. */
  public static void configure() {
    AWSXRay.setGlobalRecorder(
        AWSXRayRecorderBuilder.standard()
            .withContextMissingStrategy(new IgnoreErrorContextMissingStrategy())
            .build());
  }

  /** An open subsegment; closing it sends it. */
  public interface Span extends AutoCloseable {
    /** Marks it as failed by the callee. */
    void fault();

    @Override
    void close();
  }

  /**
   * Begins a subsegment.
   *
   * @param name the service's name: characters that X-Ray allows
   */
  public static Span remote(String name) {
    Subsegment subsegment = AWSXRay.beginSubsegment(name);
    if (subsegment == null) {
      return new Untraced();
    }
    subsegment.setNamespace("remote");
    return new Traced(subsegment);
  }

  private record Traced(Subsegment subsegment) implements Span {
    @Override
    public void fault() {
      subsegment.setFault(true);
    }

    @Override
    public void close() {
      subsegment.close();
    }
  }

  private record Untraced() implements Span {
    @Override
    public void fault() {}

    @Override
    public void close() {}
  }
}
