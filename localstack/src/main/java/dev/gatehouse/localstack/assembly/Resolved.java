package dev.gatehouse.localstack.assembly;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * All stacks of an assembly, resolved.
 *
 * @param resources in the order in which the stacks deploy, within a stack as in its template
 * @param outputs per stack, by the name of the output
 * @param ids what Ref (attribute "") and Fn::GetAtt of a resource answer
 * @param places where a resource is deployed
 */
public record Resolved(
    List<Resource> resources,
    Map<String, Map<String, JsonNode>> outputs,
    BiFunction<Resource, String, JsonNode> ids,
    Function<Resource, Place> places) {

  /** Region and account of a stack. */
  public record Place(String region, String account) {}

  public Resolved {
    resources = List.copyOf(resources);
  }

  /** The resources of a type, such as {@code AWS::Lambda::Function}. */
  public List<Resource> ofType(String type) {
    return resources.stream().filter(resource -> resource.type().equals(type)).toList();
  }

  /** What Ref of the resource answers. */
  public String ref(Resource resource) {
    return ids.apply(resource, "").asText();
  }

  /** What Fn::GetAtt of the resource answers. */
  public String attribute(Resource resource, String attribute) {
    return ids.apply(resource, attribute).asText();
  }

  /** Region and account of the resource's stack. */
  public Place place(Resource resource) {
    return places.apply(resource);
  }
}
