package dev.gatehouse.telemetry;

import com.amazonaws.xray.AWSXRayRecorder;
import com.amazonaws.xray.AWSXRayRecorderBuilder;
import com.amazonaws.xray.entities.Subsegment;
import com.amazonaws.xray.strategy.IgnoreErrorContextMissingStrategy;
import dev.gatehouse.lifecycle.Participant;

/**
 * X-Ray subsegments around what a request waits for.
 *
 * <p>The segment is Lambda's own. Its sampling decision is looked at before the recorder, which
 * takes a tenth of a second to make: the first sampled request makes it, or a checkpoint.
 */
public final class Tracing implements Participant {
  /**
   * Where Lambda's runtime for Java puts the header of the invocation
   * (https://docs.aws.amazon.com/lambda/latest/dg/java-tracing.html), and LambdaSegmentContext
   * finds it.
   */
  static final String HEADER = "com.amazonaws.xray.traceHeader";

  /** An open subsegment; closing it sends it. */
  public interface Span extends AutoCloseable {
    /** Marks it as failed by the callee. */
    void fault();

    @Override
    void close();
  }

  /**
   * Begins a subsegment, where the invocation is sampled.
   *
   * @param name the service's name: characters that X-Ray allows
   */
  public static Span remote(String name) {
    boolean sampled = System.getProperty(HEADER, "").contains("Sampled=1");
    return sampled ? begin(name) : new Untraced();
  }

  private static Span begin(String name) {
    Subsegment subsegment = Recorder.INSTANCE.beginSubsegment(name);
    if (subsegment == null) {
      return new Untraced();
    }
    subsegment.setNamespace("remote");
    return new Traced(subsegment);
  }

  /** A snapshot holds the recorder; of what is begun outside an invocation nothing is sent. */
  @Override
  public void beforeCheckpoint() {
    begin("checkpoint").close();
  }

  /** Made once per environment, when first asked for. */
  private static final class Recorder {
    private static final AWSXRayRecorder INSTANCE =
        AWSXRayRecorderBuilder.standard()
            .withContextMissingStrategy(new IgnoreErrorContextMissingStrategy())
            .build();
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
