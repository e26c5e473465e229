package dev.gatehouse.telemetry;

import java.util.Objects;
import org.apache.logging.slf4j.SLF4JServiceProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;

/**
 * SLF4J over log4j, which begins beside everything else ({@link EarlyLoggers}).
 *
 * <p>Chosen by the property {@code slf4j.provider} (https://www.slf4j.org/api/, {@code
 * LoggerFactory.PROVIDER_PROPERTY_KEY}); without it everybody waits for log4j.
 */
public final class EarlyLog extends SLF4JServiceProvider {
  private @Nullable ILoggerFactory loggers;

  @Override
  public void initialize() {
    super.initialize();
    loggers =
        new EarlyLoggers(
            super.getLoggerFactory(),
            begin -> Thread.ofPlatform().daemon().name("log").start(begin));
  }

  @Override
  public ILoggerFactory getLoggerFactory() {
    return Objects.requireNonNull(loggers);
  }
}
