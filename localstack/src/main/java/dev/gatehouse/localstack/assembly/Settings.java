package dev.gatehouse.localstack.assembly;

import java.util.Map;

/**
 * What a deployment would bring to an assembly.
 *
 * @param region where stacks without a region of their own are
 * @param account whose account stacks without an account of their own are in
 * @param parameters values of template parameters, by name; a parameter that is not here has its
 *     default
 * @param systemParameters values behind parameters of an {@code AWS::SSM::Parameter::Value} type,
 *     by the name of the Systems Manager parameter
 * @param ids answers of Ref and Fn::GetAtt
 */
public record Settings(
    String region,
    String account,
    Map<String, String> parameters,
    Map<String, String> systemParameters,
    PhysicalIds ids) {

  public Settings {
    parameters = Map.copyOf(parameters);
    systemParameters = Map.copyOf(systemParameters);
  }

  /** Without parameters. */
  public Settings(String region, String account, PhysicalIds ids) {
    this(region, account, Map.of(), Map.of(), ids);
  }
}
