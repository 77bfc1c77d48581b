package com.acme.shop;

//@shift
import java.io.*;
import java.util.*;

public class Main {
    interface Case { void run() throws Throwable; }

    static final Map<String, Case> CASES = new LinkedHashMap<>();

//@from 4
    static void neighbour() { CASES.put("none", () -> { }); CASES.remove("none"); }

//@end
    static {
//@from 4
        neighbour();
//@end
        CASES.put("Order.validate", () -> new Order().validate());
        CASES.put("Invoice.validate", () -> new Invoice().validate());
        CASES.put("Line.price", () -> new Order().new Line().price());
        CASES.put("Builder", () -> new Order.Builder(null));
        CASES.put("total", () -> Orders.total(new HashMap<>()));
        CASES.put("tax", () -> Orders.tax(null));
        CASES.put("ship", () -> Orders.ship(null));
        CASES.put("createUser", () -> Orders.createUser(new HashMap<>()));
        CASES.put("createInvoice", () -> Orders.createInvoice(new HashMap<>()));
        CASES.put("skus", () -> Orders.skus());
        CASES.put("weights", () -> Orders.weights());
        CASES.put("cheapest", () -> Orders.cheapest());
        CASES.put("parsePrice", () -> Orders.importCsv());
        CASES.put("parsePrice/feed", () -> Orders.importFeed());
        CASES.put("decode", () -> Orders.decode("?"));
        CASES.put("loadPrice>decode", () -> Orders.loadPrice("base64", "?"));
        CASES.put("loadPrice>parsePrice", () -> Orders.loadPrice("csv", Varied.number() + "?"));
        CASES.put("importAll>decode", () -> Orders.importAll("base64", "?"));
        CASES.put("importAll>parsePrice", () -> Orders.importAll("csv", Varied.number() + "?"));
        CASES.put("walk", () -> Orders.walk(0));
        CASES.put("list", () -> Orders.list());
        CASES.put("during", () -> Orders.during());
        CASES.put("anonymous", () -> Orders.anonymous());
        CASES.put("otherAnonymous", () -> Orders.otherAnonymous());
        CASES.put("suppressed", () -> Running.suppressed());
        CASES.put("work", () -> Running.inPool());
        CASES.put("settle", () -> Running.inFuture());
        CASES.put("proxied", () -> Running.proxied());
        CASES.put("hidden", () -> Running.reflected());
        CASES.put("readConfig", () -> Running.readConfig());
        CASES.put("load", () -> Running.load());
        CASES.put("connect", () -> Running.connect());
        CASES.put("checkedAssert", () -> Running.checkedAssert());
        CASES.put("syncRates", () -> Running.syncRates());
        CASES.put("syncStock", () -> Running.syncStock());
        CASES.put("Jobs.next", () -> Running.iterate());
    }

    static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : String.valueOf(text).toCharArray()) {
            if (c == '"' || c == '\\') out.append('\\').append(c);
            else if (c < ' ') out.append(String.format("\\u%04x", (int) c));
            else out.append(c);
        }
        return out.append('"').toString();
    }

    public static void main(String[] arguments) {
        List<String> names = arguments.length > 0 ? List.of(arguments) : new ArrayList<>(CASES.keySet());
        for (String name : names) {
            try {
                CASES.get(name).run();
            } catch (Throwable error) {
                StringWriter stack = new StringWriter();
                error.printStackTrace(new PrintWriter(stack));
                System.out.println("{\"case\": " + quoted(name) + ", \"type\": " + quoted(error.getClass().getName())
                    + ", \"message\": " + quoted(error.getMessage()) + ", \"stacktrace\": " + quoted(stack.toString()) + "}");
            }
        }
    }
}
