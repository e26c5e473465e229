package dev.gatehouse.queue;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Figures that a proof prints beside its verdict. */
final class Printed {
  private static final Logger LOG = LoggerFactory.getLogger("gatehouse.proof");

  private Printed() {}

  static void figure(String invariant, String text) {
    LOG.info("{}: {}", invariant, text);
  }
}
