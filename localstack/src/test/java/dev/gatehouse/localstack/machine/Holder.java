package dev.gatehouse.localstack.machine;

import java.nio.file.Files;
import java.util.concurrent.CountDownLatch;

/** A process that holds a run folder and a child, for tests that kill it. */
final class Holder {
  private Holder() {}

  public static void main(String[] arguments) throws Exception {
    RunFolder folder = RunFolder.create();
    Warden warden = Warden.over(folder.path());
    Process child =
        warden.start(
            new ProcessBuilder("sh", "-c", "sleep 600 & sh -c 'sleep 600 & echo $!; wait'"));
    String grandchild = child.inputReader().readLine();
    Files.writeString(folder.folder("logs").resolve("a.log"), "a line");
    System.out.println(folder.path() + " " + child.pid() + " " + grandchild);
    new CountDownLatch(1).await();
  }
}
