/**
 * The dashboard in a real browser: Debian's Chromium, driven by Selenium. {@code DashboardPageIT} shows it a made-up stream
 * in every state, {@code DashboardIT} two sidecars under load in which things go wrong. Accessibility is checked by axe-core,
 * which is in {@code resources/axe} as it was published.
 */
package dev.sluice.it.dashboard;
