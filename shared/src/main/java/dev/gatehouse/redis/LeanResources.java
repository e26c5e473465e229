package dev.gatehouse.redis;

import io.lettuce.core.event.DefaultEventPublisherOptions;
import io.lettuce.core.event.EventBus;
import io.lettuce.core.event.EventPublisherOptions;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.DnsResolver;
import io.lettuce.core.resource.EventLoopGroupProvider;
import io.lettuce.core.resource.NettyCustomizer;
import io.lettuce.core.resource.SocketAddressResolver;
import io.lettuce.core.tracing.Tracing;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.DefaultAddressResolverGroup;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timer;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * What a client of an environment needs: one event loop, one timer; no events, no latency
 * histograms. Lettuce's own would load Netty's DNS client as well, of which nothing is used.
 */
final class LeanResources implements ClientResources {
  /** Lettuce's least for those that start with their first task. */
  private static final int THREADS = 2;

  private static final String JFR = "io.lettuce.core.jfr";
  private static final ThreadFactory DAEMONS = new DefaultThreadFactory("lettuce", true);

  private final CallerLoops loops = new CallerLoops();
  private final EventExecutorGroup executors = new DefaultEventExecutorGroup(THREADS, DAEMONS);
  private final Timer timer = new HashedWheelTimer(DAEMONS);
  private final EventBus events = new NoEvents();
  private final SocketAddressResolver addresses =
      SocketAddressResolver.create(DnsResolver.unresolved());
  private final Delay delay = Delay.exponential();
  private final NettyCustomizer asItIs = new NettyCustomizer() {};

  LeanResources() {
    if (System.getProperty(JFR) == null) {
      System.setProperty(JFR, "false"); // 60 ms of a cold start
    }
  }

  /** The loop of all its connections. */
  CallerLoop loop() {
    return loops.loop();
  }

  @Override
  public EventLoopGroupProvider eventLoopGroupProvider() {
    return loops;
  }

  @Override
  public EventExecutorGroup eventExecutorGroup() {
    return executors;
  }

  @Override
  public int ioThreadPoolSize() {
    return THREADS;
  }

  @Override
  public int computationThreadPoolSize() {
    return THREADS;
  }

  @Override
  public Timer timer() {
    return timer;
  }

  @Override
  public AddressResolverGroup<?> addressResolverGroup() {
    return DefaultAddressResolverGroup.INSTANCE;
  }

  @Override
  public SocketAddressResolver socketAddressResolver() {
    return addresses;
  }

  @Override
  public EventBus eventBus() {
    return events;
  }

  @Override
  public EventPublisherOptions commandLatencyPublisherOptions() {
    return DefaultEventPublisherOptions.disabled();
  }

  @Override
  public CommandLatencyRecorder commandLatencyRecorder() {
    return CommandLatencyRecorder.disabled();
  }

  @Override
  public NettyCustomizer nettyCustomizer() {
    return asItIs;
  }

  @Override
  public Delay reconnectDelay() {
    return delay;
  }

  @Override
  public Tracing tracing() {
    return Tracing.disabled();
  }

  @Override
  public Builder mutate() {
    throw new UnsupportedOperationException("these resources do not change");
  }

  @Override
  public Future<Boolean> shutdown() {
    return shutdown(0, 2, TimeUnit.SECONDS);
  }

  @Override
  public Future<Boolean> shutdown(long quietPeriod, long timeout, TimeUnit unit) {
    var _ = timer.stop();
    var _ = executors.shutdownGracefully(quietPeriod, timeout, unit);
    return loops.shutdown(quietPeriod, timeout, unit);
  }
}
