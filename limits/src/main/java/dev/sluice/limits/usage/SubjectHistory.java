package dev.sluice.limits.usage;

import dev.sluice.limits.meter.UsageHistory;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;

/**
 * What the cluster used of one limit lately. It names its subject by the id alone: no name of a user, no access key.
 * Immutable.
 */
public record SubjectHistory(SubjectId id, Scope scope, Dimension dimension, UsageHistory usage) {}
