/** Finds peers and resolves their names. */
package dev.sluice.sync.discovery;
