package dev.gatehouse.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LifecycleTest {
  private final AtomicInteger primed = new AtomicInteger();

  @ParameterizedTest
  @ValueSource(strings = {"on-demand", "provisioned-concurrency"})
  void withoutASnapshotAllArePrimedSideBySideBeforeTheFirstRequest(String type) {
    CyclicBarrier all = new CyclicBarrier(3);
    Participant meeting =
        new Participant() {
          @Override
          public void prime() throws Exception {
            all.await(10, TimeUnit.SECONDS);
            primed.incrementAndGet();
          }
        };

    var _ = Lifecycle.begin(type, List.of(meeting, meeting, meeting));

    assertThat(primed).hasValue(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"snap-start", ""})
  void withASnapshotOrOutsideLambdaNobodyIsPrimedYet(String type) {
    var _ = Lifecycle.begin(type, List.of(counting()));

    assertThat(primed).hasValue(0);
  }

  @Test
  void aFaultOfOneKeepsNeitherTheOthersNorTheFunctionFromBeginning() {
    Participant faulty =
        new Participant() {
          @Override
          public void prime() throws Exception {
            throw new Exception("not to be had");
          }
        };

    var _ = Lifecycle.begin("on-demand", List.of(faulty, counting()));

    assertThat(primed).hasValue(1);
  }

  private Participant counting() {
    return new Participant() {
      @Override
      public void prime() {
        primed.incrementAndGet();
      }
    };
  }
}
