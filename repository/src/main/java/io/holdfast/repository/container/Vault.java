package io.holdfast.repository.container;

import io.holdfast.repository.sealing.Keyring;
import io.holdfast.storage.Storage;

/** An open repository as its parts see it: where things lie and what seals them. */
public record Vault(Storage storage, Keyring keys, FramePool frames) {}
