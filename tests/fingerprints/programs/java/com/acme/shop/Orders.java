package com.acme.shop;

//@rename order purchase
//@rename line row
//@rename amount quantity
//@shift
import java.util.*;
import java.util.stream.*;

class OrderException extends RuntimeException {
    OrderException(String message) { super(message); }

    OrderException(String message, Throwable cause) { super(message, cause); }
}

class Order {
    final List<String> lines = new ArrayList<>();

    void validate() {
        if (lines.isEmpty()) throw new OrderException("nothing to validate");
    }

//@shift
    class Line {
        int price() { return Integer.parseInt(lines.get(Varied.number())); }
    }

    static class Builder {
        Builder(Object sku) { sku.hashCode(); }
    }
}

class Invoice {
    void validate() { throw new OrderException("nothing to validate"); }
}

interface Stock {
    int take(String sku);
}

class Orders {
//@from 4
    static String describe(Object order) { return "order " + order; }

    static Runnable idle() { return () -> System.out.println("idle"); }

//@end
    static int total(Map<String, Integer> order) {
        int amount = 0;
        for (String line : List.of("a", "b")) amount += order.get(line);
        return amount;
    }

//@shift
    static void tax(Object order) { throw new OrderException("invalid order"); }

    static void ship(Object order) { throw new OrderException("invalid order"); }

    static <T> T require(T value, String name) {
        if (value == null) throw new OrderException(name + " is required");
        return value;
    }

    static String createUser(Map<String, String> form) { return require(form.get("mail"), "id"); }

//@until 4
    static String createInvoice(Map<String, String> form) { return require(form.get("number"), "id"); }
//@end
//@from 4
    static String createInvoice(Map<String, String> form) {
        String number = form.get("number");
        return require(number, "id");
    }
//@end

    static List<String> skus() {
        return Stream.of("a", null).map(line -> line.toUpperCase()).collect(Collectors.toList());
    }

//@shift
    static int weights() {
        return IntStream.range(0, 3).map(line -> 12 / line).sum();
    }

    static void cheapest() { Collections.min(Arrays.asList("a", null)); }

    static long parsePrice(String text) { return Long.parseLong(text); }

    static void importCsv() { for (String text : new String[] {"1", Varied.number() + "x"}) parsePrice(text); }

    static void importFeed() { Stream.of("2", Varied.number() + "y").forEach(Orders::parsePrice); }

    static Object decode(String text) { return Base64.getDecoder().decode(text); }

    static Object loadPrice(String kind, String text) {
        try {
            return kind.equals("base64") ? decode(text) : (Object) parsePrice(text);
        } catch (IllegalArgumentException error) {
            throw new OrderException("cannot load " + Varied.uid() + " of " + Varied.user(), error);
        }
    }

//@shift
    static void importAll(String kind, String text) {
        try {
            loadPrice(kind, text);
        } catch (OrderException error) {
            throw new IllegalStateException("import " + Varied.number() + " on " + Varied.host(), error);
        }
    }

    static int walk(int depth) { return walk(depth + 1) + 1; }

    static void list() { List.of("a").add("b" + Varied.number()); }

    static void during() { for (String line : new ArrayList<>(List.of("a", "b", "c")) {{ add("d"); }}) { line.charAt(7); } }

    static void anonymous() {
        new Object() {
            void run() { Object[] lines = new Integer[1]; lines[0] = "text " + Varied.number(); }
        }.run();
    }

    static void otherAnonymous() {
        new Object() {
            void check() { Object order = "x" + Varied.number(); Integer amount = (Integer) order; }
        }.check();
    }
}
