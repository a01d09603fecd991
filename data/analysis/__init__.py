"""What readings say of a site: weather signatures, annotations, saved and shared views."""
