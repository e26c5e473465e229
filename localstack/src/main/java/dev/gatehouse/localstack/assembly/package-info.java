/**
 * The cloud assembly: what {@code cdk synth} wrote, read as CloudFormation would read it.
 *
 * <p>{@link dev.gatehouse.localstack.assembly.CloudAssembly#read} takes the folder (manifest, one
 * template per stack, the lists of assets); {@link
 * dev.gatehouse.localstack.assembly.CloudAssembly#resolve} gives every resource of every stack, in
 * the order in which the stacks would be deployed, with its intrinsic functions replaced by values.
 * What does not exist yet when nothing is deployed (names, ids, ARNs, endpoints) comes from {@link
 * dev.gatehouse.localstack.assembly.PhysicalIds}; {@link
 * dev.gatehouse.localstack.assembly.GeneratedIds} answers for what nobody else knows.
 *
 * <p>Secrets are not looked up here: {@code {{resolve:secretsmanager:…}}} stays in the properties
 * until {@link dev.gatehouse.localstack.assembly.DynamicReferences#resolve}, because the secrets
 * are themselves resources of the assembly.
 *
 * <p>What CloudFormation would refuse is refused with an {@link
 * dev.gatehouse.localstack.assembly.AssemblyException} that names the stack, the logical id, what
 * was found and what was expected.
 */
@NullMarked
package dev.gatehouse.localstack.assembly;

import org.jspecify.annotations.NullMarked;
