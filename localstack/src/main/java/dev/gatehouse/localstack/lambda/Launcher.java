package dev.gatehouse.localstack.lambda;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Starts environments of one function: the command, the variables and the folders of its processes,
 * as the managed runtime has them.
 */
public final class Launcher {
  private static final String NATIVE_LIBRARY_PROPERTY =
      "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

  private final FunctionDefinition function;
  private final HostSettings settings;
  private final Path taskRoot;
  private final Path log;
  private final String classPath;
  private final Path nativeLibrary;

  private Launcher(
      FunctionDefinition function,
      HostSettings settings,
      Path taskRoot,
      Path log,
      String classPath,
      Path nativeLibrary) {
    this.function = function;
    this.settings = settings;
    this.taskRoot = taskRoot;
    this.log = log;
    this.classPath = classPath;
    this.nativeLibrary = nativeLibrary;
  }

  /**
   * Unpacks the function once for all its environments.
   *
   * @param nativeLibrary the client's, of {@link #nativeLibrary(HostSettings)}
   */
  public static Launcher of(FunctionDefinition function, HostSettings settings, Path nativeLibrary)
      throws IOException {
    Path taskRoot =
        Archive.unpacked(
            function.archive(), settings.folder().folder("tasks").resolve(function.name()));
    List<Path> classPath = new ArrayList<>(jars(settings.runtimeClient()));
    for (int i = 0; i < function.layers().size(); i++) {
      Path target = settings.folder().folder("layers").resolve(function.name() + "-" + i);
      classPath.addAll(
          jars(Archive.unpacked(function.layers().get(i), target).resolve("java/lib")));
    }
    Path log = settings.folder().folder("logs").resolve(function.name() + ".log");
    return new Launcher(function, settings, taskRoot, log, joined(classPath), nativeLibrary);
  }

  /**
   * The client's native library, unpacked once: by itself every process would unpack it to the same
   * file, and parallel starts would read it half written.
   */
  public static Path nativeLibrary(HostSettings settings) throws IOException {
    Path client =
        jars(settings.runtimeClient()).stream()
            .filter(jar -> jar.getFileName().toString().contains("runtime-interface-client"))
            .findFirst()
            .orElseThrow(
                () ->
                    new IOException(
                        settings.runtimeClient()
                            + ": no Runtime Interface Client (expected: its jars; ./mvnw package"
                            + " copies them)"));
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    boolean musl = Files.exists(Path.of("/lib/ld-musl-" + (arm ? "aarch64" : "x86_64") + ".so.1"));
    String name =
        "libaws-lambda-jni.linux" + (musl ? "_musl" : "") + (arm ? "-aarch_64.so" : "-x86_64.so");
    Path target = settings.folder().path().resolve(name);
    try (FileSystem jar = FileSystems.newFileSystem(client);
        InputStream library = Files.newInputStream(jar.getPath("jni", name))) {
      Files.copy(library, target);
    }
    return target;
  }

  /** The file that takes what its processes write to stdout and stderr; it may not be there yet. */
  public Path log() {
    return log;
  }

  /**
   * What an environment is told of its machine.
   *
   * @param runtimeApi {@code host:port}, or a path there, where it asks for work
   * @param metadataApi {@code host:port}, where it asks for its availability zone
   * @param metadataToken what it shows there
   */
  public record Placement(String runtimeApi, String metadataApi, String metadataToken) {}

  /**
   * Starts a process, which lives no longer than the warden of the settings.
   *
   * @param environmentId names its folder for temporary files and its log stream
   */
  public Process start(String environmentId, Placement placement) throws IOException {
    Path scratch = settings.folder().folder("tmp/" + environmentId);
    ProcessBuilder builder = new ProcessBuilder(command(scratch));
    builder.directory(taskRoot.toFile());
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().clear();
    builder.environment().putAll(variables(environmentId, placement));
    Process process = settings.warden().start(builder);
    process.getOutputStream().close();
    return process;
  }

  /**
   * The managed runtime's options. The heap is 85 % of the function's memory, and it begins at the
   * 1/64 that a machine of that memory would give it. Performance data files are off because a
   * killed JVM leaves its own behind. Lambda's -Xshare:auto is the JVM's default; told, it forbids
   * every option of an AOT cache.
   */
  private List<String> command(Path scratch) {
    int heap = function.memoryMegabytes() * 85 / 100;
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    if (!function.snapshots()) {
      command.add("-XX:TieredStopAtLevel=1");
    }
    command.add("-Xmx" + heap + "m");
    command.add("-Xms" + Math.max(8, function.memoryMegabytes() / 64) + "m");
    command.add("-XX:-UsePerfData");
    command.add("--add-opens=java.base/java.io=ALL-UNNAMED");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac");
    command.add("-D" + NATIVE_LIBRARY_PROPERTY + "=" + nativeLibrary);
    command.add("-Djava.io.tmpdir=" + scratch);
    command.addAll(settings.javaOptions());
    command.add("-cp");
    command.add(classPath);
    command.add("com.amazonaws.services.lambda.runtime.api.client.AWSLambda");
    command.add(function.handler());
    return command;
  }

  /**
   * The template's variables and the reserved ones
   * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html); nothing of the shell
   * that started the run.
   */
  private Map<String, String> variables(String environmentId, Placement placement) {
    Map<String, String> variables = new LinkedHashMap<>(function.environment());
    variables.putAll(settings.environment());
    variables.put("_HANDLER", function.handler());
    variables.put("AWS_EXECUTION_ENV", "AWS_Lambda_java25");
    variables.put("AWS_LAMBDA_FUNCTION_NAME", function.name());
    variables.put("AWS_LAMBDA_FUNCTION_VERSION", function.version());
    variables.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "" + function.memoryMegabytes());
    variables.put(
        "AWS_LAMBDA_INITIALIZATION_TYPE", function.snapshots() ? "snap-start" : "on-demand");
    variables.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + function.name());
    variables.put("AWS_LAMBDA_LOG_STREAM_NAME", environmentId);
    variables.put("AWS_LAMBDA_METADATA_API", placement.metadataApi());
    variables.put("AWS_LAMBDA_METADATA_TOKEN", placement.metadataToken());
    variables.put("AWS_LAMBDA_RUNTIME_API", placement.runtimeApi());
    variables.put("LAMBDA_TASK_ROOT", taskRoot.toString());
    variables.put("LAMBDA_RUNTIME_DIR", settings.runtimeClient().toString());
    variables.put("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR");
    variables.put("LANG", "en_US.UTF-8");
    variables.put("TZ", ":UTC");
    variables.put("PATH", "/usr/local/bin:/usr/bin:/bin");
    return variables;
  }

  private static List<Path> jars(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  private static String joined(List<Path> classPath) {
    return String.join(
        File.pathSeparator,
        classPath.stream().map(jar -> jar.toAbsolutePath().toString()).toList());
  }
}
