package dev.gatehouse.queue;

/** Figures that a proof prints beside its verdict. */
final class Printed {

  private Printed() {}

  static void figure(String invariant, String text) {
    System.out.println(invariant + ": " + text);
  }
}
