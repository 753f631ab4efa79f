/** The paths of the admin port. */
package dev.sluice.proxy.admin.api;
