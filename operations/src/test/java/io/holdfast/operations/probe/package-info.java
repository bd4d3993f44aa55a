@org.jspecify.annotations.NullMarked
package io.holdfast.operations.probe;
