/** Packages as operators install them, built from the jar under test. */
package dev.sluice.it.packages;
