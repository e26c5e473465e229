package dev.gatehouse.telemetry;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.spi.LocationAwareLogger;

/**
 * Loggers that are had at once, of a log whose beginning takes long: only who has something to tell
 * waits until it can be written. Every library asks for a logger before it does anything, and
 * log4j's beginning is a seventh of a cold start.
 *
 * <p>What is told at debug or below before the log has begun is not told.
 */
final class EarlyLoggers implements ILoggerFactory {
  private final ILoggerFactory log;
  private final CountDownLatch begun = new CountDownLatch(1);
  private final ConcurrentMap<String, Logger> early = new ConcurrentHashMap<>();

  /**
   * @param log begins with its first logger
   * @param beginner runs its beginning
   */
  EarlyLoggers(ILoggerFactory log, Executor beginner) {
    this.log = log;
    beginner.execute(this::begin);
  }

  private void begin() {
    try {
      var _ = log.getLogger(Logger.ROOT_LOGGER_NAME);
    } finally {
      begun.countDown();
    }
  }

  @Override
  public Logger getLogger(String name) {
    return hasBegun() ? log.getLogger(name) : early.computeIfAbsent(name, Early::new);
  }

  private boolean hasBegun() {
    return begun.getCount() == 0;
  }

  /** One asked for while log4j begins would write by no configuration. */
  private Logger written(String name) {
    try {
      begun.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return log.getLogger(name);
  }

  private final class Early extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1;

    private transient volatile @Nullable Logger written;

    Early(String name) {
      this.name = name;
    }

    private Logger written() {
      Logger logger = written;
      if (logger == null) {
        logger = EarlyLoggers.this.written(name);
        written = logger;
      }
      return logger;
    }

    @Override
    public boolean isTraceEnabled() {
      return hasBegun() && written().isTraceEnabled();
    }

    @Override
    public boolean isDebugEnabled() {
      return hasBegun() && written().isDebugEnabled();
    }

    @Override
    public boolean isInfoEnabled() {
      return !hasBegun() || written().isInfoEnabled();
    }

    @Override
    public boolean isWarnEnabled() {
      return !hasBegun() || written().isWarnEnabled();
    }

    @Override
    public boolean isErrorEnabled() {
      return !hasBegun() || written().isErrorEnabled();
    }

    @Override
    protected String getFullyQualifiedCallerName() {
      return Early.class.getName();
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level,
        @Nullable Marker marker,
        String message,
        Object @Nullable [] arguments,
        @Nullable Throwable fault) {
      LocationAwareLogger logger = (LocationAwareLogger) written();
      logger.log(marker, getFullyQualifiedCallerName(), level.toInt(), message, arguments, fault);
    }
  }
}
