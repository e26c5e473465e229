package dev.gatehouse.localstack.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Chromium without a screen, steered by ChromeDriver (Debian's packages {@code chromium} and {@code
 * chromium-driver}).
 */
final class Chromium implements AutoCloseable {
  private static final Pattern STARTED = Pattern.compile("started successfully on port (\\d+)");

  private final Process driver;
  private final String address;
  private final Path program;
  private final Path profiles;

  private Chromium(Process driver, String address, Path program, Path profiles) {
    this.driver = driver;
    this.address = address;
    this.program = program;
    this.profiles = profiles;
  }

  /** Whether CI has said that there must be one. */
  static boolean required() {
    return "required".equals(System.getenv("GATEHOUSE_BROWSER"));
  }

  /** Empty where this machine has none. */
  static Optional<Chromium> start() throws IOException {
    Optional<Path> program = program("chromium").or(() -> program("google-chrome"));
    Optional<Path> driver = program("chromedriver");
    return program.isEmpty() || driver.isEmpty()
        ? Optional.empty()
        : Optional.of(start(program.get(), driver.get()));
  }

  private static Optional<Path> program(String name) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Chromium start(Path program, Path driver) throws IOException {
    Path profiles = Files.createTempDirectory("gatehouse-browser");
    Process process =
        new ProcessBuilder(driver.toString(), "--port=0", "--log-level=SEVERE")
            .redirectErrorStream(true)
            .start();
    BufferedReader output = process.inputReader(UTF_8);
    StringBuilder said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      said.append(line).append('\n');
      Matcher matcher = STARTED.matcher(line);
      if (matcher.find()) {
        Thread.ofVirtual().start(() -> output.lines().forEach(_ -> {}));
        return new Chromium(process, "http://127.0.0.1:" + matcher.group(1), program, profiles);
      }
    }
    throw new IOException("chromedriver ended: " + said + " (expected: a port)");
  }

  /** A browser of its own: storage, cookies and languages of another device. */
  Page page(String languages, boolean scripts) throws IOException, InterruptedException {
    ObjectNode capabilities = WebDriver.JSON.createObjectNode();
    ObjectNode always = capabilities.putObject("capabilities").putObject("alwaysMatch");
    always.putObject("goog:loggingPrefs").put("browser", "ALL");
    ObjectNode options = always.putObject("goog:chromeOptions").put("binary", program.toString());
    ArrayNode arguments = options.putArray("args");
    arguments(languages).forEach(arguments::add);
    ObjectNode preferences = options.putObject("prefs").put("intl.accept_languages", languages);
    if (!scripts) {
      preferences.put("profile.managed_default_content_settings.javascript", 2);
    }
    return new Page(WebDriver.session(address, capabilities));
  }

  /** The sandbox needs a user who is not root; nothing but the local run is opened here. */
  private List<String> arguments(String languages) throws IOException {
    Path profile = Files.createTempDirectory(profiles, "profile");
    return List.of(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--lang=" + languages.replaceAll(",.*", ""),
        "--user-data-dir=" + profile);
  }

  @Override
  public void close() throws IOException {
    driver.descendants().forEach(ProcessHandle::destroyForcibly);
    driver.destroyForcibly();
    driver.onExit().join();
    delete(profiles);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(Chromium::deleteOne);
    } catch (UncheckedIOException e) {
      System.out.println(folder + ": " + e.getMessage() + " (left in place)");
    }
  }

  private static void deleteOne(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
