/**
 * What is amiss with a set-up, why that matters, and what mends it: rules over facts. Who gathers
 * the facts hands them in.
 */
@NullMarked
package io.holdfast.operations.doctor;

import org.jspecify.annotations.NullMarked;
