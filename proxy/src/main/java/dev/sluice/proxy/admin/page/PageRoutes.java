package dev.sluice.proxy.admin.page;

import dev.sluice.proxy.admin.http.AdminRoute;
import dev.sluice.proxy.admin.http.RouteAccess;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The paths of the dashboard: the page at {@code /}, its files under {@code /dashboard/}. A path is one of a fixed list, so
 * none leads out of it. Responses need no work, and are made at once as those to probes are.
 */
public final class PageRoutes {
    /** All files, in the order in which a browser asks for them. */
    static final List<String> FILES = List.of(
            "index.html",
            "style.css",
            "vendor/uPlot.css",
            "app.js",
            "logo.svg",
            "banners.js",
            "bars.js",
            "charts.js",
            "format.js",
            "header.js",
            "limits.js",
            "live.js",
            "model.js",
            "panels.js",
            "subject.js",
            "tiles.js",
            "token.js",
            "ui.js",
            "vendor/htm.mjs",
            "vendor/preact.mjs",
            "vendor/uPlot.mjs",
            "vendor/vendor.json",
            "vendor/htm.LICENSE.txt",
            "vendor/preact.LICENSE.txt",
            "vendor/uPlot.LICENSE.txt");

    /**
     * What every file of the page is sent with. The page runs no script and takes no style, picture or data but those of its
     * own origin, sends none elsewhere, and is shown in no frame.
     */
    static final Map<String, String> HEADERS = headers();

    private PageRoutes() {}

    private static Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
                        + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        headers.put("Cache-Control", "no-cache");
        headers.put("Referrer-Policy", "no-referrer");
        headers.put("Vary", "Accept-Encoding");
        headers.put("X-Frame-Options", "DENY");
        return Map.copyOf(headers);
    }

    /** The routes, with the files read. */
    public static List<AdminRoute> routes() {
        List<AdminRoute> routes = new ArrayList<>();
        for (String name : FILES) {
            PageFile file = PageFile.read(name);
            String path = name.equals("index.html") ? "/" : "/dashboard/" + name;
            routes.add(AdminRoute.get(path, RouteAccess.PUBLIC, file::respond));
        }
        return List.copyOf(routes);
    }
}
