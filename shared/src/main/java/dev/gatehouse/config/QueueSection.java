package dev.gatehouse.config;

import java.time.OffsetDateTime;

/** An entry of {@code queues:} as its record. */
final class QueueSection {
  private QueueSection() {}

  static Queue read(String name, Cursor queue) {
    Values values = new Values(queue);
    return new Queue(
        name,
        queue.texts("events"),
        Quantities.rate(values.text("admit")).orElseThrow(),
        values.whole("capacity", 1),
        queue.text("opensAt").map(OffsetDateTime::parse).map(OffsetDateTime::toInstant),
        values.word("prequeue", Queue.Prequeue.NONE, QueueSection::prequeue),
        values.duration("grace", Queue.DEFAULT_GRACE),
        values.duration("claimWithin", Queue.DEFAULT_CLAIM),
        values.duration("session", Queue.DEFAULT_SESSION));
  }

  private static Queue.Prequeue prequeue(String word) {
    return word.equals("shuffle") ? Queue.Prequeue.SHUFFLE : Queue.Prequeue.NONE;
  }
}
