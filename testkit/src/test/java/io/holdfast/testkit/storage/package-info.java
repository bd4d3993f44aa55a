@org.jspecify.annotations.NullMarked
package io.holdfast.testkit.storage;
