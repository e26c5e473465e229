package dev.gatehouse.localstack.lambda;

/**
 * One function's environments and counts since the run began.
 *
 * @param environments live, parked ones included
 * @param busy of them, serving an invocation
 * @param coldStarts initialisations, the first one at the start of the run included
 * @param initMillis from the start of the process to its checkpoint or its first request for work,
 *     of the newest environment
 */
public record FunctionStatus(
    String name,
    String version,
    int environments,
    int busy,
    long coldStarts,
    long initMillis,
    long invocations,
    long errors,
    long throttles) {}
