package dev.gatehouse.cdk;

import dev.gatehouse.config.OwnEndpoint.Owner;

/**
 * A method of a resource.
 *
 * @param owner the function that answers
 */
record ApiMethod(Owner owner, Guard guard) {}
