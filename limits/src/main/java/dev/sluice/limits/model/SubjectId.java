package dev.sluice.limits.model;

/**
 * Names a subject (a user, a bucket ...) between sidecars: the first 128 bits of an HMAC-SHA256 over scope and
 * name. Nobody can make two subjects collide on purpose (that takes 2^64 work), and the bus carries no name.
 */
public record SubjectId(long high, long low) {}
