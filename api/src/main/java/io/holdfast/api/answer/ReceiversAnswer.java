package io.holdfast.api.answer;

import io.holdfast.operations.view.ReceiverView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How receiving WAL stands in the process that answers. */
record ReceiversAnswer(List<ReceiverView> receivers, @Nullable String next) {}
