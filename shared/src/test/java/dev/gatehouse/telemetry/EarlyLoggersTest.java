package dev.gatehouse.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.spi.LocationAwareLogger;

final class EarlyLoggersTest {
  private final ConcurrentLinkedQueue<String> written = new ConcurrentLinkedQueue<>();
  private final List<Runnable> beginnings = new ArrayList<>();
  private final ILoggerFactory loggers = new EarlyLoggers(Written::new, beginnings::add);

  @Test
  void aLoggerIsHadBeforeTheLogHasBegun() {
    Logger logger = loggers.getLogger("early");
    assertThat(logger.isErrorEnabled()).isTrue();
    assertThat(logger.isWarnEnabled()).isTrue();
    assertThat(logger.isInfoEnabled()).isTrue();
    assertThat(logger.isDebugEnabled()).isFalse();
    assertThat(logger.isTraceEnabled()).isFalse();
    logger.debug("forgotten");
    begin();
    assertThat(written).isEmpty();
  }

  @Test
  void whatIsToldBeforeTheLogHasBegunIsWrittenAfter() throws Exception {
    Logger logger = loggers.getLogger("early");
    CountDownLatch tells = new CountDownLatch(1);
    FutureTask<Boolean> telling =
        new FutureTask<>(
            () -> {
              tells.countDown();
              logger.warn("{} of {}", 1, 2, new IllegalStateException("lost"));
              return written.isEmpty();
            });
    Thread.ofPlatform().daemon().start(telling);
    tells.await();
    assertThat(written).isEmpty();
    begin();
    assertThat(telling.get()).isFalse();
    assertThat(written)
        .containsExactly("early WARN {} of {} [1, 2] java.lang.IllegalStateException: lost");
  }

  @Test
  void afterwardsTheLogItselfDecides() {
    Logger before = loggers.getLogger("early");
    begin();
    assertThat(before.isDebugEnabled()).isTrue();
    assertThat(before.isInfoEnabled()).isFalse();
    before.debug("told");
    assertThat(written).containsExactly("early DEBUG told [] null");
    assertThat(loggers.getLogger("late")).isInstanceOf(Written.class);
  }

  @Test
  void aLogThatCannotBeginKeepsNobodyWaiting() {
    List<Runnable> failing = new ArrayList<>();
    ILoggerFactory broken =
        new EarlyLoggers(
            name -> {
              if (name.equals(Logger.ROOT_LOGGER_NAME)) {
                throw new IllegalStateException("no configuration");
              }
              return new Written(name);
            },
            failing::add);
    Logger logger = broken.getLogger("early");
    assertThat(failing).singleElement().satisfies(EarlyLoggersTest::fails);
    logger.error("told");
    assertThat(written).containsExactly("early ERROR told [] null");
  }

  private static void fails(Runnable beginning) {
    try {
      beginning.run();
    } catch (IllegalStateException e) {
      assertThat(e).hasMessage("no configuration");
    }
  }

  private void begin() {
    beginnings.forEach(Runnable::run);
  }

  /** Writes everything at debug and above but info. */
  private final class Written extends LegacyAbstractLogger implements LocationAwareLogger {
    private static final long serialVersionUID = 1;

    Written(String name) {
      this.name = name;
    }

    @Override
    public void log(
        @Nullable Marker marker,
        String caller,
        int level,
        String message,
        Object @Nullable [] arguments,
        @Nullable Throwable fault) {
      List<Object> given = arguments == null ? List.of() : Arrays.asList(arguments);
      written.add(name + " " + Level.intToLevel(level) + " " + message + " " + given + " " + fault);
    }

    @Override
    public boolean isTraceEnabled() {
      return false;
    }

    @Override
    public boolean isDebugEnabled() {
      return true;
    }

    @Override
    public boolean isInfoEnabled() {
      return false;
    }

    @Override
    public boolean isWarnEnabled() {
      return true;
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }

    @Override
    protected String getFullyQualifiedCallerName() {
      return Written.class.getName();
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level,
        @Nullable Marker marker,
        String message,
        Object @Nullable [] arguments,
        @Nullable Throwable fault) {
      log(marker, getFullyQualifiedCallerName(), level.toInt(), message, arguments, fault);
    }
  }
}
