package dev.gatehouse.telemetry;

import com.amazonaws.services.lambda.runtime.Context;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import software.amazon.lambda.powertools.logging.PowertoolsLogging;
import software.amazon.lambda.powertools.logging.argument.StructuredArguments;

/**
 * The one log line of a request: its facts are collected on the way and written once, at the end.
 *
 * <p>Written through Powertools Logging; the layout is {@code gatehouse-log.json}. Tokens, keys,
 * bodies, cookies and query strings never enter.
 */
public final class RequestLog {
  private static final Logger LOG = LoggerFactory.getLogger("gatehouse");

  /** Powertools' two fields that differ between invocations. */
  private static final String INVOCATION = "function_request_id";

  private static final String COLD_START = "cold_start";

  /** Whether an invocation has begun in this environment. */
  private static final AtomicBoolean BEGUN = new AtomicBoolean();

  private final Map<String, Object> facts = new LinkedHashMap<>();

  /**
   * Begins the line of one invocation.
   *
   * <p>Powertools notes up to nine facts of each and makes a list for each of them in every line
   * (decision 91). It does so for the first invocation, when it also sets the level that the
   * environment asks for; then only the two facts are kept that change. Those that do not are the
   * layout's.
   */
  public static RequestLog begin(Context context) {
    boolean first = BEGUN.compareAndSet(false, true);
    if (first) {
      PowertoolsLogging.initializeLogging(context);
      MDC.clear();
    }
    MDC.put(COLD_START, Boolean.toString(first));
    MDC.put(INVOCATION, context.getAwsRequestId());
    return new RequestLog();
  }

  /** Begins a line of no invocation: the first one stays the cold one. */
  public static RequestLog ofNoInvocation() {
    return new RequestLog();
  }

  /**
   * Notes a fact.
   *
   * @param value a string, number, boolean, or a map of these
   */
  public RequestLog put(String name, Object value) {
    facts.put(name, value);
    return this;
  }

  /** Notes a time in milliseconds, to the microsecond. */
  public RequestLog put(String name, Duration elapsed) {
    return put(name, Math.round(elapsed.toNanos() / 1e3) / 1e3);
  }

  /** Writes the line and forgets the facts. */
  public void write(String message) {
    LOG.info(message, StructuredArguments.entries(facts));
    facts.clear();
  }

  /** Writes a line that an operator should see, and forgets the facts. */
  public void warn(String message) {
    LOG.warn(message, StructuredArguments.entries(facts));
    facts.clear();
  }
}
