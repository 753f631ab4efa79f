/** Rules of the source tree: directions of dependencies, names, sizes, and what the jar and the Compose file hold. */
package dev.sluice.it.house;
