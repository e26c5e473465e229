package dev.gatehouse.redis;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.Promise;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An event loop that is run by whoever waits for an answer, so that a call changes no thread: a
 * loop of its own thread is woken twice for each call, and wakes the caller once.
 *
 * <p>One thread runs it at a time: a caller for the time of its {@link Turn}, or the caretaker.
 * This thread runs it when nobody has for {@link #REST_NANOS}, when a caller found another one at
 * it, and when somebody else has left a task; it makes room for a caller at once. Whatever happens
 * between calls, such as a server that closes, is so seen by the caretaker, or by the caller who
 * {@linkplain #catchUp catches up} before it trusts a connection.
 */
final class CallerLoop extends AbstractScheduledEventExecutor implements IoEventLoop {
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final EventLoopGroup parent;
  private final IoHandler handler;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final ReentrantLock running = new ReentrantLock();
  private final Promise<Void> terminated = new DefaultPromise<>(GlobalEventExecutor.INSTANCE);
  private final Thread caretaker;

  /** Callers that wait for the caretaker to make room. */
  private final AtomicInteger waiting = new AtomicInteger();

  /** Callers whose calls another caller, or the caretaker, carries on. */
  private final AtomicInteger carried = new AtomicInteger();

  private volatile @Nullable Thread runner;
  private volatile long leftNanos = System.nanoTime();
  private volatile boolean ending;

  private CallerLoop(EventLoopGroup parent, IoHandlerFactory handlers, String name) {
    this.parent = parent;
    this.handler = handlers.newHandler(this);
    this.caretaker = Thread.ofPlatform().daemon().name(name).unstarted(this::care);
  }

  /** A loop of which the caretaker takes care until its end. */
  static CallerLoop start(EventLoopGroup parent, IoHandlerFactory handlers, String name) {
    CallerLoop loop = new CallerLoop(parent, handlers, name);
    loop.caretaker.start();
    return loop;
  }

  /** One caller's time with the loop. */
  final class Turn implements AutoCloseable {
    private final boolean runs;

    private Turn(boolean runs) {
      this.runs = runs;
    }

    /**
     * Runs the loop until then; returns at once where another thread runs it, and where this one
     * has been interrupted.
     *
     * @param deadline in terms of {@link System#nanoTime()}
     */
    void runUntil(BooleanSupplier done, long deadline) {
      if (runs) {
        Until until = new Until(done, deadline);
        while (until.goesOn() && !Thread.currentThread().isInterrupted()) {
          runOnce(until);
        }
      }
    }

    @Override
    public void close() {
      if (runs) {
        leave();
      } else {
        carried.decrementAndGet();
      }
    }
  }

  /** The caller's turn, to be closed by it. */
  Turn turn() {
    if (!inEventLoop() && enter()) {
      return new Turn(true);
    }
    carried.incrementAndGet();
    return new Turn(false);
  }

  /** Does what has come up since somebody last ran the loop, if that was long ago. */
  void catchUp() {
    if (System.nanoTime() - leftNanos > REST_NANOS && !inEventLoop() && running.tryLock()) {
      runner = Thread.currentThread();
      try {
        runOnce(new Until(() -> true, leftNanos));
      } finally {
        leave();
      }
    }
  }

  private boolean enter() {
    if (!running.tryLock()) {
      if (isLent()) {
        return false;
      }
      waiting.incrementAndGet();
      try {
        handler.wakeup();
        running.lock();
      } finally {
        waiting.decrementAndGet();
      }
    }
    runner = Thread.currentThread();
    return true;
  }

  private boolean isLent() {
    Thread now = runner;
    return now != null && !now.equals(caretaker);
  }

  private void leave() {
    runner = null;
    leftNanos = System.nanoTime();
    running.unlock();
    if (carried.get() > 0 || !tasks.isEmpty()) {
      LockSupport.unpark(caretaker);
    }
  }

  private void care() {
    while (!terminated.isDone()) {
      if (isCareNeeded()) {
        running.lock();
        runner = caretaker;
        try {
          runAsCaretaker();
        } finally {
          leave();
        }
      } else {
        LockSupport.parkNanos(this, REST_NANOS);
      }
    }
  }

  private boolean isCareNeeded() {
    return waiting.get() == 0
        && (ending
            || carried.get() > 0
            || !tasks.isEmpty()
            || System.nanoTime() - leftNanos >= REST_NANOS);
  }

  private void runAsCaretaker() {
    while (waiting.get() == 0) {
      if (ending) {
        end();
        return;
      }
      runOnce(new Until(() -> waiting.get() > 0, System.nanoTime() + LONGEST_WAIT_NANOS));
    }
  }

  private void runOnce(Until until) {
    handler.run(until);
    runTasks();
  }

  private void runTasks() {
    var _ = fetchFromScheduledTaskQueue(tasks);
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      safeExecute(task);
    }
  }

  private void end() {
    handler.prepareToDestroy();
    cancelScheduledTasks();
    runTasks();
    handler.destroy();
    terminated.trySuccess(null);
  }

  /** How long the loop may wait for something to happen. */
  private final class Until implements IoHandlerContext {
    private final BooleanSupplier done;
    private final long deadline;

    Until(BooleanSupplier done, long deadline) {
      this.done = done;
      this.deadline = deadline;
    }

    boolean goesOn() {
      return !done.getAsBoolean() && deadline - System.nanoTime() > 0;
    }

    @Override
    public boolean canBlock() {
      return tasks.isEmpty() && !done.getAsBoolean();
    }

    @Override
    public long delayNanos(long now) {
      return Math.min(
          CallerLoop.this.delayNanos(now, LONGEST_WAIT_NANOS), Math.max(0, deadline - now));
    }

    @Override
    public long deadlineNanos() {
      return System.nanoTime() + delayNanos(System.nanoTime());
    }
  }

  @Override
  public void execute(Runnable task) {
    if (terminated.isDone()) {
      throw new RejectedExecutionException("the loop has ended");
    }
    tasks.add(task);
    if (!inEventLoop()) {
      stir();
    }
  }

  /** Whoever leaves the loop looks for tasks afterwards, so one of the two sees this one. */
  private void stir() {
    if (runner == null) {
      LockSupport.unpark(caretaker);
    } else {
      handler.wakeup();
    }
  }

  @Override
  public boolean inEventLoop(Thread thread) {
    return thread.equals(runner);
  }

  @Override
  public EventLoopGroup parent() {
    return parent;
  }

  @Override
  public IoEventLoop next() {
    return this;
  }

  @Override
  @Deprecated
  public ChannelFuture register(Channel channel) {
    return register(new DefaultChannelPromise(channel, this));
  }

  @Override
  @Deprecated
  public ChannelFuture register(ChannelPromise promise) {
    promise.channel().unsafe().register(this, promise);
    return promise;
  }

  @Override
  @Deprecated
  public ChannelFuture register(Channel channel, ChannelPromise promise) {
    channel.unsafe().register(this, promise);
    return promise;
  }

  @Override
  public Future<IoRegistration> register(IoHandle handle) {
    Promise<IoRegistration> promise = newPromise();
    if (inEventLoop()) {
      register(handle, promise);
    } else {
      execute(() -> register(handle, promise));
    }
    return promise;
  }

  private void register(IoHandle handle, Promise<IoRegistration> promise) {
    try {
      promise.setSuccess(handler.register(handle));
    } catch (Exception e) {
      promise.setFailure(e);
    }
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> handleType) {
    return handler.isCompatible(handleType);
  }

  @Override
  public boolean isIoType(Class<? extends IoHandler> handlerType) {
    return handlerType.isInstance(handler);
  }

  @Override
  public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
    ending = true;
    stir();
    return terminated;
  }

  @Override
  @Deprecated
  public void shutdown() {
    var _ = shutdownGracefully(0, 0, TimeUnit.NANOSECONDS);
  }

  @Override
  public Future<?> terminationFuture() {
    return terminated;
  }

  @Override
  public boolean isShuttingDown() {
    return ending;
  }

  @Override
  public boolean isShutdown() {
    return terminated.isDone();
  }

  @Override
  public boolean isTerminated() {
    return terminated.isDone();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return terminated.await(timeout, unit);
  }
}
