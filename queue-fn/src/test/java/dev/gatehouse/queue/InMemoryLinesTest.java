package dev.gatehouse.queue;

class InMemoryLinesTest extends LinesContract {
  private final InMemoryLines lines = new InMemoryLines(clock);

  @Override
  Lines lines() {
    return lines;
  }

  @Override
  void lose() {
    lines.lose(LINE);
  }
}
