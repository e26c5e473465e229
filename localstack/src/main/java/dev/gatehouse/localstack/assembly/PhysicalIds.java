package dev.gatehouse.localstack.assembly;

import java.util.Optional;

/**
 * What {@code Ref} and {@code Fn::GetAtt} of a resource answer. Empty: {@link GeneratedIds}
 * answers.
 */
public interface PhysicalIds {

  /** Nothing of its own: all ids are generated. */
  PhysicalIds GENERATED = (resource, attribute) -> Optional.empty();

  /**
   * The value of a reference.
   *
   * @param resource what is referred to, its own properties resolved
   * @param attribute empty for {@code Ref}, otherwise as in {@code Fn::GetAtt}, such as {@code Arn}
   *     or {@code Endpoint.Address}
   */
  Optional<String> id(Resource resource, String attribute);
}
