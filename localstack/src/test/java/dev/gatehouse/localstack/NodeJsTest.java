package dev.gatehouse.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeJsTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void aMachineWithoutNodeIsTold() {
    assertThat(NodeJs.fault(folder + "::/does/not/exist"))
        .hasValueSatisfying(
            message ->
                assertThat(message)
                    .startsWith("Node.js: no node on the PATH (expected: Node.js 20 or newer"));
  }

  @Test
  void anOldNodeIsNamed() throws Exception {
    node("v18.20.1");

    assertThat(NodeJs.fault(folder.toString()))
        .hasValueSatisfying(
            message -> assertThat(message).contains(folder + "/node v18.20.1 (expected: "));
  }

  @Test
  void whateverElseStandsThereIsNoNode() throws Exception {
    node("hello");

    assertThat(NodeJs.fault(folder.toString())).isPresent();
  }

  @Test
  void aRecentNodeIsFine() throws Exception {
    node("v20.20.2");
    assertThat(NodeJs.fault("/does/not/exist:" + folder)).isEmpty();
  }

  private void node(String version) throws IOException {
    Path file = folder.resolve("node");
    Files.writeString(file, "#!/bin/sh\necho " + version + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
