//! Finds libtalloc, or says how to get it.

fn main() {
    if let Err(error) = pkg_config::Config::new().atleast_version("2.1").probe("talloc") {
        eprintln!(
            "freehold-peers measures beside the C library talloc (2.1 or later) and could not find it.\n\
             On Debian or Ubuntu: apt-get install -y libtalloc-dev pkg-config\n\n{error}"
        );
        std::process::exit(1);
    }
}
