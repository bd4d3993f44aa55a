/**
 * Several sites as one storage: what is written goes to all of them, what is read comes from any.
 */
@org.jspecify.annotations.NullMarked
package io.holdfast.storage.mirror;
