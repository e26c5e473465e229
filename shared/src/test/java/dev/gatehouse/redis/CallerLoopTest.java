package dev.gatehouse.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.util.concurrent.Future;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CallerLoopTest {
  private static final long LONG = TimeUnit.SECONDS.toNanos(20);
  private final CallerLoops loops = new CallerLoops();
  private final CallerLoop loop = loops.loop();

  @AfterEach
  void end() throws InterruptedException {
    var _ = loops.shutdown(0, 1, TimeUnit.SECONDS);
    assertThat(loop.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whoeverHasTheTurnRunsTheLoop() {
    CompletableFuture<Thread> ran = new CompletableFuture<>();
    try (CallerLoop.Turn turn = loop.turn()) {
      assertThat(loop.inEventLoop()).isTrue();
      loop.execute(() -> ran.complete(Thread.currentThread()));
      turn.runUntil(ran::isDone, System.nanoTime() + LONG);
    }
    assertThat(ran).isCompletedWithValue(Thread.currentThread());
    assertThat(loop.inEventLoop()).isFalse();
  }

  @Test
  void withoutATurnTheCaretakerRunsIt() {
    CompletableFuture<Thread> ran = new CompletableFuture<>();
    loop.execute(() -> ran.complete(Thread.currentThread()));
    assertThat(ran.join().getName()).isEqualTo("redis-care");
  }

  @Test
  void whatIsScheduledIsRunThoughNobodyCalls() throws Exception {
    Future<Thread> ran = loop.schedule(Thread::currentThread, 50, TimeUnit.MILLISECONDS);
    assertThat(ran.get().getName()).isEqualTo("redis-care");
  }

  @Test
  void aTurnEndsAtItsDeadline() {
    try (CallerLoop.Turn turn = loop.turn()) {
      turn.runUntil(() -> false, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(30));
    }
    assertThat(loop.inEventLoop()).isFalse();
  }

  @Test
  void whoIsInterruptedLeaves() {
    try (CallerLoop.Turn turn = loop.turn()) {
      Thread.currentThread().interrupt();
      turn.runUntil(() -> false, System.nanoTime() + LONG);
    }
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void theLoopIsTakenFromTheCaretakerWhileItWaits() throws Exception {
    assertThat(loop.schedule(() -> 1, 50, TimeUnit.MILLISECONDS).get()).isEqualTo(1);
    try (CallerLoop.Turn turn = loop.turn()) {
      assertThat(loop.inEventLoop()).isTrue();
      turn.runUntil(() -> true, System.nanoTime() + LONG);
    }
  }

  @Test
  void aSecondCallersWorkIsCarriedByTheFirst() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Thread> ran = new CompletableFuture<>();
    Thread first =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (CallerLoop.Turn turn = loop.turn()) {
                    begun.countDown();
                    turn.runUntil(done::get, System.nanoTime() + LONG);
                  }
                });
    begun.await();
    try (CallerLoop.Turn turn = loop.turn()) {
      assertThat(loop.inEventLoop()).isFalse();
      loop.execute(() -> ran.complete(Thread.currentThread()));
      turn.runUntil(ran::isDone, System.nanoTime() + LONG);
      assertThat(ran.join()).isSameAs(first);
    }
    loop.execute(() -> done.set(true));
    first.join();
  }

  @Test
  void whatTheFirstLeavesBehindIsDoneByTheCaretaker() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    CountDownLatch left = new CountDownLatch(1);
    CompletableFuture<Thread> ran = new CompletableFuture<>();
    Thread other;
    try (CallerLoop.Turn _ = loop.turn()) {
      other =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try (CallerLoop.Turn _ = loop.turn()) {
                      second.countDown();
                      left.await();
                      loop.execute(() -> ran.complete(Thread.currentThread()));
                      ran.join();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  });
      second.await();
    }
    left.countDown();
    other.join();
    assertThat(ran.join().getName()).isEqualTo("redis-care");
  }

  @Test
  void afterItsEndItTakesNothing() throws InterruptedException {
    end();
    assertThatExceptionOfType(RejectedExecutionException.class)
        .isThrownBy(() -> loop.execute(() -> {}));
    assertThat(loop.isTerminated()).isTrue();
  }
}
