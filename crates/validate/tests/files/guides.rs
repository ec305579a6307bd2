//! Files that hold nothing, or tell how to write what they should hold.

use wavecrew_validate::{NotAGuide, NotEmpty};

use super::support::{fails, passes, report};

#[test]
fn empty_files() {
    fails(&NotEmpty, "a.py", "", "empty");
    fails(&NotEmpty, "a.md", " \n\t\n", "white space");
    fails(&NotEmpty, "a.md", "\u{feff}\u{200b}\n", "white space");
    fails(&NotEmpty, "a.bin", "a\nb\0", "line 2 holds a NUL");
    passes(&NotEmpty, "a.py", "x");
    passes(&NotEmpty, "pkg/__init__.py", "");
}

#[test]
fn guides() {
    fails(
        &NotAGuide,
        "a.py",
        "Step 1: Create the file\n\nx = 1\n",
        "line 1",
    );
    fails(
        &NotAGuide,
        "a.py",
        "x = 1\n\nYou can now run the tests with pytest.\n",
        "line 3",
    );
    fails(
        &NotAGuide,
        "a.py",
        "Here is the code:\n\n```python\nx = 1\n```\n",
        "lines 1, 3 and 5",
    );
    fails(
        &NotAGuide,
        "a.py",
        "First, create a file called a.py in the folder.\n",
        "line 1",
    );
    fails(
        &NotAGuide,
        "a.sh",
        "To run this script you need bash.\nls\n",
        "line 1",
    );
    fails(
        &NotAGuide,
        "a.rs",
        "1. Create a new crate with cargo.\n2. Add the function to it.\n",
        "lines 1 and 2",
    );
    fails(
        &NotAGuide,
        "a.js",
        "Here's the module you asked for:\nexport const x = 1;\n",
        "line 1",
    );
    fails(
        &NotAGuide,
        "a.go",
        "The function below reads the file. \nIt returns every line of it.\npackage main\n",
        "prose on lines 1 and 2",
    );
    fails(
        &NotAGuide,
        "a.py",
        "# Step 1: open the editor\n# Step 2: write the code\n",
        "no code",
    );
}

#[test]
fn what_is_no_guide() {
    passes(
        &NotAGuide,
        "a.py",
        "\"\"\"First, create a file. You can now run it.\n\nStep 1: go.\n```\nx\n```\n\"\"\"\n# Step 1: read the file\nx = open('a')\n# Step 2: parse it\ny = x.read()\n",
    );
    passes(
        &NotAGuide,
        "a.sh",
        "#!/bin/sh\n# Here is the plan for all of it.\ncat <<EOF\nStep 1: go there.\nHere is the way to the house.\nYou can now run the tests again.\nEOF\n",
    );
    passes(
        &NotAGuide,
        "a.sh",
        "usage() {\n  echo \"First, do this. Then do that.\"\n}\nusage\n",
    );
    passes(
        &NotAGuide,
        "a.rs",
        "//! Here is the list of all things.\n//!\n//! ```\n//! let x = 1;\n//! ```\nfn f<'a>(x: &'a str) -> char { 'x' }\n",
    );
    passes(
        &NotAGuide,
        "a.js",
        "const page = `\nStep 1: open it.\nHere is the text of it.\n`;\nconst r = /[\"'`]/;\n// You can now run it with node.\n",
    );
    passes(
        &NotAGuide,
        "a.jsx",
        "export const A = () => (\n  <p>\n    First, open the door of the house.\n    Then walk into the big room.\n  </p>\n);\n",
    );
    passes(
        &NotAGuide,
        "a.sql",
        "-- Step 1: make the table\nCREATE TABLE a (b TEXT);\nINSERT INTO a VALUES ('Here is the text.');\n",
    );
    passes(
        &NotAGuide,
        "a.rb",
        "=begin\nHere is the text of it.\nYou can now run it.\n=end\nputs 1\n",
    );
    passes(&NotAGuide, "pkg/__init__.py", "# The package.\n");
    // Prose may be a guide; no check is made.
    assert!(
        report(&NotAGuide, "a.md", "Step 1: go.\n")
            .checks
            .is_empty()
    );
}
