package dev.gatehouse.redis;

import io.lettuce.core.resource.EventLoopGroupProvider;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.SucceededFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Lettuce's way to its loops, of which there is one. */
final class CallerLoops implements EventLoopGroupProvider {
  private final Group group = new Group();

  private static final class Group extends MultiThreadIoEventLoopGroup {
    Group() {
      super(1, (Executor) null, NioIoHandler.newFactory());
    }

    @Override
    protected IoEventLoop newChild(
        Executor executor, IoHandlerFactory handlers, Object... arguments) {
      return CallerLoop.start(this, handlers, "redis-care");
    }
  }

  CallerLoop loop() {
    return (CallerLoop) group.next();
  }

  /** One group for every type: Lettuce asks for the one that fits NioSocketChannel. */
  @Override
  @SuppressWarnings("unchecked")
  public <T extends EventLoopGroup> T allocate(Class<T> type) {
    return (T) group;
  }

  @Override
  public int threadPoolSize() {
    return 1;
  }

  /** It is for all clients of these resources, and ends with them. */
  @Override
  public Future<Boolean> release(
      EventExecutorGroup released, long quietPeriod, long timeout, TimeUnit unit) {
    return new SucceededFuture<>(ImmediateEventExecutor.INSTANCE, true);
  }

  @Override
  public Future<Boolean> shutdown(long quietPeriod, long timeout, TimeUnit unit) {
    Promise<Boolean> ended = ImmediateEventExecutor.INSTANCE.newPromise();
    var _ =
        group
            .shutdownGracefully(quietPeriod, timeout, unit)
            .addListener(done -> ended.setSuccess(done.isSuccess()));
    return ended;
  }
}
