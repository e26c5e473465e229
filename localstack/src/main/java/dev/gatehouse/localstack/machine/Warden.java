package dev.gatehouse.localstack.machine;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A small shell process that outlives the run by a moment and takes away what the run leaves: every
 * child process and its own children (killed) and the run's folder (deleted).
 *
 * <p>It is told of each child through its stdin. The end of that stream is the end of the run,
 * whether the run closed it or died: a kill -9 of the run is cleaned up like an orderly end. It
 * ignores the terminal's signals, which reach the whole process group.
 */
public final class Warden implements AutoCloseable {
  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      pids=
      while read -r word pid; do
        case $word in
          born) pids="$pids $pid" ;;
          died)
            rest=
            for p in $pids; do [ "$p" = "$pid" ] || rest="$rest $p"; done
            pids=$rest
            ;;
        esac
      done
      family() {
        echo "$processes" | while read -r parent child; do
          if [ "$parent" = "$1" ]; then echo "$child"; family "$child"; fi
        done
      }
      processes=$(ps -A -o ppid= -o pid= 2>/dev/null)
      for p in $pids; do pids="$pids $(family "$p")"; done
      [ -z "$pids" ] || kill -9 $pids 2>/dev/null
      alive() {
        for p in $pids; do
          if kill -0 "$p" 2>/dev/null; then return 0; fi
        done
        return 1
      }
      turns=0
      while alive && [ $turns -lt 100 ]; do sleep 0.02; turns=$((turns + 1)); done
      for attempt in 1 2 3; do rm -rf "$1" && break; done
      """;

  private final Process shell;
  private final Writer words;
  private boolean closed;

  private Warden(Process shell) {
    this.shell = shell;
    this.words = shell.outputWriter(StandardCharsets.US_ASCII);
  }

  /** A warden over a run's folder. */
  public static Warden over(Path folder) throws IOException {
    ProcessBuilder shell = new ProcessBuilder("/bin/sh", "-c", SCRIPT, "warden", folder.toString());
    shell.directory(folder.getRoot().toFile());
    shell.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    shell.redirectError(ProcessBuilder.Redirect.DISCARD);
    return new Warden(shell.start());
  }

  /** Starts a child that this warden answers for. */
  public synchronized Process start(ProcessBuilder builder) throws IOException {
    if (closed) {
      throw new IOException("the run is ending (expected: no new process)");
    }
    Process child = builder.start();
    try {
      say("born " + child.pid());
    } catch (IOException e) {
      child.destroyForcibly();
      throw e;
    }
    var _ = child.onExit().thenRun(() -> forget(child));
    return child;
  }

  private synchronized void forget(Process child) {
    try {
      if (!closed) {
        say("died " + child.pid());
      }
    } catch (IOException e) {
      closed = true; // the shell is gone: no further child may start without it
    }
  }

  private void say(String line) throws IOException {
    words.write(line + "\n");
    words.flush();
  }

  /** Ends every child, deletes the folder and returns when both have happened. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      try {
        words.close();
      } catch (IOException e) {
        shell.destroyForcibly();
      }
    }
    try {
      if (!shell.waitFor(4, TimeUnit.SECONDS)) {
        shell.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
